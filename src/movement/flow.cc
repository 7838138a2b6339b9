/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "movement/flow.h"

#include <exception>
#include <new>

#include <opencv2/core.hpp>
#include <opencv2/video/tracking.hpp>

struct mien_flow {
    int width, height;
    cv::Ptr<cv::DISOpticalFlow> search;
    cv::Mat field;
};

static int tell_nobody(int, const char *, const char *, const char *, int, void *)
{
    return 0;
}

/* OpenCV prints its errors and starts threads unless it is told not to; both are settings of the process. */
static void quieten()
{
    cv::redirectError(tell_nobody);
    cv::setNumThreads(1);
}

static mien_status failed(mien_error *error, const std::exception &problem)
{
    if (dynamic_cast<const std::bad_alloc *>(&problem))
        return mien_fail(error, MIEN_ERR_MEMORY, "out of memory for the flow");
    return mien_fail(error, MIEN_ERR_INTERNAL, "OpenCV: %s", problem.what());
}

/* The finest scale, because movements of a tenth of a pixel count; one step of variational refinement takes
 * the patches' edges out of the field. Patches that ask their neighbours spread noise over smooth skin. */
static cv::Ptr<cv::DISOpticalFlow> new_search()
{
    auto search = cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_FAST);
    search->setFinestScale(0);
    search->setGradientDescentIterations(12);
    search->setVariationalRefinementIterations(1);
    search->setUseSpatialPropagation(false);
    return search;
}

mien_status mien_flow_new(int width, int height, mien_flow **flow, mien_error *error)
{
    mien_flow *made = nullptr;
    try {
        quieten();
        made = new mien_flow{width, height, new_search(), cv::Mat()};
        *flow = made;
        return MIEN_OK;
    } catch (const std::exception &problem) {
        delete made;
        return failed(error, problem);
    }
}

void mien_flow_free(mien_flow *flow)
{
    delete flow;
}

mien_status mien_flow_between(mien_flow *flow, const uint8_t *from, const uint8_t *to, const float **field,
                              mien_error *error)
{
    try {
        /* OpenCV has no type for pictures that it only reads. */
        const cv::Mat first(flow->height, flow->width, CV_8UC1, const_cast<uint8_t *>(from));
        const cv::Mat second(flow->height, flow->width, CV_8UC1, const_cast<uint8_t *>(to));
        /* A field that is there already would be where the search begins. */
        flow->field.release();
        flow->search->calc(first, second, flow->field);
        *field = flow->field.ptr<float>();
        return MIEN_OK;
    } catch (const std::exception &problem) {
        return failed(error, problem);
    }
}
